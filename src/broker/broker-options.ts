export interface EmbeddedBrokerOptions {
  /** The environment to find Java, Maven and the cache in, and to run the broker with. */
  readonly env: NodeJS.ProcessEnv;
  /** Keeps everything here; created if it doesn't exist. Default: a temporary directory, removed at stop. */
  readonly dataDir?: string;
  /** Of 127.0.0.1. Default: a random free one. */
  readonly port?: number;
  /** Is told in a few words what takes time. */
  readonly onProgress?: (message: string) => void;
  /** Further options of the JVM; they come last, so they win. */
  readonly javaOptions?: readonly string[];
  /** Kafka broker settings, by Kafka's names; they win over ours. */
  readonly config?: Readonly<Record<string, string>>;
}
