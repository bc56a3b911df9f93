import { Kept } from './lab/kept.ts';
import './ui/sb-app.ts';
import { PageLab } from './workers/page-lab.ts';

const app = document.querySelector('sb-app');
if (app) app.lab = new PageLab({ document, navigator }, new Kept(() => localStorage));
