/** Lets other tasks of this thread have their turn. */
export const otherTasks = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
