/** What has to be asked before Redis is talked to could not be: that is no trouble of Redis. */
export class GreetingFailed extends Error {
  constructor(override readonly cause: Error) {
    super(cause.message);
    this.name = 'GreetingFailed';
  }
}
