// Buffers of the probes for peaks.
// Provides: source, sink; keep(id, value), which a compiler must take for a use of the value.

@group(0) @binding(0) var<storage, read> source : array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> sink : array<vec4<u32>>;

// Stores where the value is one that never comes.
fn keep(id : u32, value : vec4<u32>) {
  if (all(value == vec4<u32>(0x9e3779b9u, 0x85ebca6bu, 0xc2b2ae35u, 0x27d4eb2fu))) { sink[id] = value; }
}
