import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Quiet files first: meanwhile functions fall asleep, which the later ones wait for. */
const ORDER = [
  'compose',
  'endpoints',
  'records',
  'security',
  'traffic',
  // Its function sleeps while the next file waits for that too.
  'monitoring',
  'from-zero',
  'scaling',
  'dashboards',
  'rolling-update',
  'failures',
]

class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number =>
      ORDER.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
    return files.toSorted((a, b) => place(a) - place(b))
  }
}

export default defineConfig({
  test: {
    name: 'e2e',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    // One cluster, and each file changes it: one after the other.
    fileParallelism: false,
    sequence: { sequencer: Sequencer },
    testTimeout: 240_000,
    hookTimeout: 240_000,
    reporters: ['verbose'],
  },
})
