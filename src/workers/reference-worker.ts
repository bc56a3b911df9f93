import { expose } from 'comlink';
import { ReferenceService } from './reference-service.ts';

expose(new ReferenceService());
