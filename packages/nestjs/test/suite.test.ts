import { adapterSuite } from '@shelflife/core/testing';
import { HOSTS } from './host.js';

for (const host of HOSTS) adapterSuite(host);
