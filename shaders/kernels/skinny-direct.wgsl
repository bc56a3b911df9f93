// Stores the sums of a workgroup that has all of K.
// Needs: Sums, BM, QUADS, LANES, store4. Provides: store_sums.

fn store_sums(sums : ptr<function, Sums>, n : u32, m0 : u32, part : u32) {
  for (var m = 0u; m < BM; m++) {
    for (var q = 0u; q < QUADS; q++) {
      store4(m0 + m, n + 4u * q * LANES, (*sums)[m][q]);
    }
  }
}
