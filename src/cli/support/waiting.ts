/** How long commands wait for a cluster or a topic that is not there yet, unless told otherwise. */
export const DEFAULT_WAIT_SECONDS = 60;

/** What is waited for. */
export const waitingText = ({ message }: Error, secondsLeft: number): string =>
  `Waiting, for ${secondsLeft} s at most: ${message}`;
