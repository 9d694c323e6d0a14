import { adapterSuite } from '@shelflife/core/testing';
import { FASTIFY, FASTIFY_50 } from './host.js';

adapterSuite(FASTIFY);
adapterSuite(FASTIFY_50);
