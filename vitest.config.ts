import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // onnxruntime's native tensors break in a vm context, and a process of its own gives each file its own session.
    pool: 'forks',
    include: ['{functions,platform,db,observability}/**/*.test.ts', 'docs/**/*.test.ts'],
    globalSetup: ['platform/testing/one-temporary-folder.ts'],
    // On two processors Vitest would run one file at a time, though many wait for other processes.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // For what hangs: a machine with other work to do takes long for what starts processes.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    coverage: {
      provider: 'v8',
      include: ['{functions,platform,db,observability}/**/*.ts'],
      exclude: [
        '**/*.test.ts',
        '**/testing/**',
        'db/drizzle.config.ts',
        'db/contract.ts',
        'platform/gateway/playground/**',
      ],
      reporter: ['text-summary'],
      thresholds: { lines: 85 },
    },
  },
})
