import { expose, proxy } from 'comlink';
import { searchTiles, type SearchTiles } from '../lab/search-tiles.ts';

const search: SearchTiles = (request, { verify, evaluate, confirm, begin, record }) =>
  searchTiles(request, {
    ...{ verify, confirm, begin, record },
    evaluate: (tile, count, onSample) => evaluate(tile, count, proxy(onSample)),
  });

expose(search);
