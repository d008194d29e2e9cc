/** Beyond it, in milliseconds, a timer of the platform fires at once: 24.8 days. */
export const longestTimerMs = 2_147_483_647
