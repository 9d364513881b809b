/** Every seed whose world ever broke an invariant, with the minutes of its story: run again each time. */
export const failedSeeds: readonly { seed: number; minutes: number; why: string }[] = [];
