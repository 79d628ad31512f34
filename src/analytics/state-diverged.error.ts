/** Somebody else has worked on a partition that only this process may work on: what is counted is not what is committed. */
export class StateDiverged extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StateDiverged';
  }
}
