// The packed codes, as vectors of the widest type that a chunk of 32 codes fills.
// Needs: WeightVector, WEIGHT_VECTORS. Provides: weights.

@group(0) @binding(2) var<storage, read> weights : array<WeightVector, WEIGHT_VECTORS>;
