import type { Check } from './checks.ts'

/** One argument of a method: its name, its check, its value. */
export type Argument = readonly [field: string, check: Check, value: unknown]

/** Checks the arguments of a call in their order, and the options last. */
export function checkAll(
  operation: string,
  args: readonly Argument[],
  optionsCheck: Check,
  given: unknown,
  optionsField = 'options',
): void {
  for (const [field, argumentCheck, value] of args) argumentCheck(operation, field, value)
  if (given !== undefined) optionsCheck(operation, optionsField, given)
}
