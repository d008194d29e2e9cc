// What `pnpm test` runs, in order, each with a budget in time.

const vitest = ['exec', 'vitest', 'run', '--reporter=default', '--reporter=json']

/**
 * The stages for an environment. `MOORAGE_TEST_NODE` names one more Node binary on which the tests without engines run
 * again.
 */
export function stagesFor(environment) {
  const otherNode = environment.MOORAGE_TEST_NODE
  return [
    {
      name: 'checks: types, lint, format, structure, exports',
      command: [
        'exec',
        'turbo',
        'run',
        'check:types',
        'check:lint',
        'check:format',
        'check:structure',
        'check:exports',
        '--continue',
      ],
      budgetMinutes: 5,
    },
    { name: 'build', command: ['exec', 'turbo', 'run', 'build'], budgetMinutes: 5 },
    tests('tests without engines', 'unit', 'unit.json', 6),
    ...(otherNode === undefined
      ? []
      : [{ ...tests(`tests without engines, on ${otherNode}`, 'unit', 'unit-other-node.json', 6), node: otherNode }]),
    { ...tests('tests on real engines', 'engines', 'engines.json', 36), maySkipAll: !environment.MOORAGE_REQUIRE },
  ]
}

function tests(name, project, report, budgetMinutes) {
  return {
    name,
    report,
    budgetMinutes,
    command: [...vitest, `--project=${project}`, `--outputFile.json=.results/${report}`],
  }
}
