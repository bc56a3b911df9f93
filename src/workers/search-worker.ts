import { expose } from 'comlink';
import { searchTiles } from '../lab/search-tiles.ts';

expose(searchTiles);
