import type { Spec } from '../io/spec.ts';

/** What accumulators, epilogue and outputs are where they are not f32, none and f32, in a few words each. */
export const wordFinish = ({ accumulator, epilogue, output }: Spec): readonly string[] => [
  ...(accumulator === 'f32' ? [] : [`${accumulator} accumulators`]),
  ...(epilogue === 'none' ? [] : [`then ${epilogue}`]),
  ...(output === 'f32' ? [] : [`${output} outputs`]),
];
