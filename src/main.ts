import './ui/sb-app.ts';
import { EngineClient } from './workers/engine-client.ts';

const app = document.querySelector('sb-app');
if (app) app.lab = new EngineClient();
