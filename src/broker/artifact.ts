import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** One jar of the broker, pinned: Maven coordinates, and what its bytes must be. */
export interface Artifact {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
  /** Bytes. */
  readonly size: number;
  /** Hex, lower case. */
  readonly sha256: string;
}

/** @param line `groupId:artifactId:version size sha256`, as in artifacts.ts. */
export function parseArtifact(line: string): Artifact {
  const [coordinates, size, sha256] = line.split(' ');
  const [groupId, artifactId, version] = coordinates.split(':');
  return { groupId, artifactId, version, size: Number(size), sha256 };
}

/** The name that Maven gives the file. */
export function jarName(artifact: Artifact): string {
  return `${artifact.artifactId}-${artifact.version}.jar`;
}

/** Names one exact set of artifacts: another version or checksum of any of them gives another digest. */
export function digestOf(artifacts: readonly Artifact[]): string {
  const hash = createHash('sha256');
  for (const artifact of artifacts) hash.update(`${jarName(artifact)} ${artifact.sha256}\n`);
  return hash.digest('hex').slice(0, 12);
}

/** SHA-256 of a file, hex. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
