/** One rung of "why is this 7?": what happened (a code of messages), and the figure after it. */
export interface ExplainStep {
  code: string;
  amount: string;
  parameters: Record<string, string | number>;
}
