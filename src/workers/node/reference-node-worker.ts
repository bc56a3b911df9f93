import { parentPort } from 'node:worker_threads';
import { expose } from 'comlink';
import { invariant } from '../../base/invariant.ts';
import { ReferenceService } from '../reference-service.ts';
import { nodeEndpoint } from './node-endpoint.ts';

invariant(parentPort !== null, 'the reference worker was started as a program of its own');
expose(new ReferenceService(), nodeEndpoint(parentPort));
