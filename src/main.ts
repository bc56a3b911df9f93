import { Kept } from './lab/kept.ts';
import './ui/sb-app.ts';
import { pageLab } from './workers/page-lab.ts';
import { searchInWorker } from './workers/search-client.ts';

const app = document.querySelector('sb-app');
if (app) {
  const kept = new Kept(() => localStorage, navigator.locks);
  app.kept = kept;
  app.search = searchInWorker;
  app.lab = pageLab({ document, navigator }, kept);
}
