interface TableProps {
  readonly caption: string;
  readonly columns: readonly string[];
  /** Cells by row; the first cell is the header of its row. */
  readonly rows: readonly (readonly string[])[];
}

export const Table = ({ caption, columns, rows }: TableProps) => (
  <table>
    <caption>{caption}</caption>
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={column} scope="col">
            {column}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map(([header, ...cells], i) => (
        <tr key={i}>
          <th scope="row">{header}</th>
          {cells.map((cell, k) => (
            <td key={k}>{cell}</td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);
