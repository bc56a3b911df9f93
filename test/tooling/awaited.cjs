// Files of src that only tests use as yet, and what will use them; all else that no product reaches is refused. An export that waits says
// so by itself: `@awaited` and by what.
module.exports = {
  'src/io/blob-source.ts': 'the page will open weight files that are dropped on it',
  'src/layouts/algebra/picture.ts': 'the page will draw layouts',
  'src/layouts/foreign/bitnet.ts': 'a reader of its files',
  'src/layouts/foreign/bitsandbytes.ts': 'a reader of its files',
  'src/layouts/foreign/mlc.ts': 'a reader of its files',
};
