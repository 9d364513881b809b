/** A text in a row of a table: what is too long for one line goes on in a second, and is told whole where it is pointed at. */
export const TwoLines = ({ children: text }: { children: string }) => (
  <span className="two-lines" title={text}>
    {text}
  </span>
);
