/** A topic that is not there, or not any more. */
export class MissingTopic extends Error {
  override readonly name = 'MissingTopic';

  constructor(topic: string) {
    super(`There is no topic ${topic}`);
  }
}
