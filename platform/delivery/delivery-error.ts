/** A delivery that cannot go on; its message says what is wrong and what to do. */
export class DeliveryError extends Error {}
