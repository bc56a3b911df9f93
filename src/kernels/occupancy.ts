/** Workgroups that keep a large GPU busy: with fewer, smaller tiles or parts of K pay; with as many, the largest tile loads the least. */
export const MANY_WORKGROUPS = 128;
