import tseslint from 'typescript-eslint';
import prettier from 'eslint-config-prettier';

/**
 * Import rules: the folder tree is the data path, and a stage must not reach past its neighbours.
 * Each entry forbids the patterns to the files of a folder.
 */
const boundary = (files, group, message, ignores = []) => ({
  files,
  ignores: ['**/*.spec.ts', ...ignores],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [{ group, message }] }] },
});

const KAFKA = ['kafkajs', 'kafkajs/*'];

/** What joins the stages to Kafka. */
const PIPELINE = [
  ...[
    'batch-pipeline',
    'batch-work',
    'judge',
    'partition-claims',
    'partition-comparison',
    'recount',
    'shared-partitions',
  ],
  'shared-partitions-watch',
];

export default tseslint.config(
  { ignores: ['**/dist', 'node_modules', '.data', 'coverage'] },
  ...tseslint.configs.recommended,
  prettier,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', name: ['describe', 'it'], package: 'node:test' }] },
      ],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/config/**', 'src/cli/**', 'src/main.ts', '**/*.spec.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only src/config reads the environment.' },
      ],
    },
  },
  boundary(['src/**/*.ts'], KAFKA, 'Only src/kafka imports kafkajs.', [
    'src/kafka/**',
    'src/validation/**',
    'src/enrichment/**',
    'src/filtering/**',
    'src/analytics/**',
    `src/pipeline/!(${PIPELINE.join('|')}|*.module|*.testing).ts`,
  ]),
  boundary(
    [
      'src/validation/**/*.ts',
      'src/filtering/**/*.ts',
      'src/enrichment/**/*.ts',
      'src/analytics/**/*.ts',
      'src/pipeline/**/*.ts',
    ],
    [...KAFKA, '**/kafka/*', '**/publishing/*'],
    'Stages know nothing of Kafka or of publishing.',
    [
      'src/pipeline/*.module.ts',
      `src/pipeline/{${PIPELINE.join(',')}}.ts`,
      'src/pipeline/batch-pipeline.testing.ts',
      'src/enrichment/processors/**',
    ],
  ),
  boundary(
    ['src/enrichment/processors/**/*.ts'],
    [...KAFKA, '**/kafka/*', '**/publishing/*', '**/validation/*', '**/analytics/*', '**/ingest/*'],
    'A processor imports only the processor contract, its settings and its data.',
  ),
);
