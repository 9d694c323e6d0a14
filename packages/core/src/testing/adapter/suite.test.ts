import { nodeHost } from './node-host.js';
import { adapterSuite } from './suite.js';

adapterSuite(nodeHost);
