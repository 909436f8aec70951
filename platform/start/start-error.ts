/** A start that cannot succeed; its message is for the person who started it. */
export class StartError extends Error {}
