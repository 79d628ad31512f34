/** Loaded before the service: its handler throws what kafkajs never gets over. */
const { BatchPipeline } = await import('../../dist/pipeline/batch-pipeline.js');

BatchPipeline.prototype.run = async () => {
  throw new TypeError('a fault in the handler');
};
