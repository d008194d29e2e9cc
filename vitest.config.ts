import { defineConfig } from 'vitest/config'

// Tests run from source: every package's exports have a `@moorage/source` condition.
const conditions = ['@moorage/source', 'node', 'import', 'default']
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } }

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['packages/*/test/**/*.test.ts', 'tooling/**/*.test.ts', 'docs/**/*.test.ts'],
          exclude: ['packages/*/test/engines/**', '**/node_modules/**'],
        },
      },
      {
        ...shared,
        test: {
          name: 'engines',
          include: ['packages/*/test/engines/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
