/** Under which this browser remembers that the first steps were put away. */
export const dismissedKey = (organizationId: string): string => `start-dismissed-${organizationId}`;
