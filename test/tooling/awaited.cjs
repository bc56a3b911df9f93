// What only tests use as yet, and what will use it; all else of src that no product reaches is refused.
module.exports = {
  files: {
    'src/io/blob-source.ts': 'the page will open weight files that are dropped on it',
    'src/layouts/algebra/picture.ts': 'the page will draw layouts',
    'src/layouts/foreign/bitnet.ts': 'a reader of its files',
    'src/layouts/foreign/bitsandbytes.ts': 'a reader of its files',
    'src/layouts/foreign/mlc.ts': 'a reader of its files',
  },
  exports: {
    'src/io/checkpoint-layers.ts': 'listing the layers of a file',
    'src/io/safetensors-index.ts': 'layers whose tensors lie in several files',
    'src/layouts/algebra/register-layout.ts': 'the picture of who holds which value',
    'src/layouts/pack-codes.ts': 'reading a buffer back for its picture',
  },
};
