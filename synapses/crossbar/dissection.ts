import { computeStarVoltages, starMesh } from './starMesh.ts';

/** Rectangle of cells of a crossbar: rows `top` … `bottom - 1`, columns `left` … `right - 1`. */
interface Block {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/**
 * Number of nodes that a block shares with its surroundings, by side: left (sources or word nodes), right (word nodes),
 * above (bit nodes), below (bit nodes or outputs).
 */
type NodeCounts = readonly [left: number, right: number, above: number, below: number];

function blockSides({ top, bottom, left, right }: Block, columns: number): NodeCounts {
  const [height, width] = [bottom - top, right - left];
  return [height, right < columns ? height : 0, top > 0 ? width : 0, width];
}

const countPorts = ([left, right, above, below]: NodeCounts): number => left + right + above + below;

const isCell = ({ top, bottom, left, right }: Block): boolean => bottom - top === 1 && right - left === 1;

/** Two halves of a block, joined along a cut. Node order: nodes on the cut, then nodes shared with other blocks. */
interface Halves {
  readonly first: Block;
  readonly second: Block;
  /** Index, in each half, of the first node on each side. */
  readonly firstAt: NodeCounts;
  readonly secondAt: NodeCounts;
  readonly cut: number;
  readonly nodes: number;
}

/** Cuts a block of several cells across its longer side. */
function halve(block: Block, columns: number): Halves {
  const { top, bottom, left, right } = block;
  const sides = blockSides(block, columns);
  const lower = bottom - top >= right - left;
  const cut = lower ? right - left : bottom - top;
  const atLeft = cut;
  const atRight = atLeft + sides[0];
  const above = atRight + sides[1];
  const below = above + sides[2];
  const nodes = below + sides[3];
  if (lower) {
    const middle = (top + bottom) >> 1;
    const done = middle - top;
    return {
      first: { ...block, bottom: middle },
      second: { ...block, top: middle },
      firstAt: [atLeft, atRight, above, 0],
      secondAt: [atLeft + done, atRight + (sides[1] > 0 ? done : 0), 0, below],
      cut,
      nodes,
    };
  }
  const middle = (left + right) >> 1;
  const done = middle - left;
  return {
    first: { ...block, right: middle },
    second: { ...block, left: middle },
    firstAt: [atLeft, 0, above, below],
    secondAt: [0, atRight, above + (sides[2] > 0 ? done : 0), below + done],
    cut,
    nodes,
  };
}

/** Memory, in float64 values: stars (conductances of eliminated nodes), stars of one join, networks not yet joined. */
interface MemoryNeed {
  readonly stars: number;
  readonly largest: number;
  readonly pending: number;
}

function estimateMemory(block: Block, columns: number): MemoryNeed {
  if (isCell(block)) {
    const ports = countPorts(blockSides(block, columns));
    return { stars: (4 - ports) * 4, largest: (4 - ports) * 4, pending: ports ** 2 };
  }
  const { first, second, cut, nodes } = halve(block, columns);
  const [a, b] = [estimateMemory(first, columns), estimateMemory(second, columns)];
  const ofFirst = countPorts(blockSides(first, columns)) ** 2;
  const ofSecond = countPorts(blockSides(second, columns)) ** 2;
  return {
    stars: a.stars + b.stars + cut * nodes,
    largest: Math.max(a.largest, b.largest, cut * nodes),
    pending: Math.max(a.pending, ofFirst + b.pending, ofFirst + ofSecond + (nodes - cut) ** 2),
  };
}

interface ResistiveLines {
  readonly rows: number;
  readonly columns: number;
  /** Conductances of the cells, S, row-major. */
  readonly conductances: ArrayLike<number>;
  /** Conductance of one segment of a word line and of a bit line, S. */
  readonly wordSegment: number;
  readonly bitSegment: number;
}

/**
 * Nested dissection (George 1973, doi:10.1137/0710032) of a crossbar of M × N cells with line resistance. Cell (i, j)
 * consists of three resistors: the segment of its word line on its left, from the node of cell (i, j - 1) or from the
 * source; the cell between its word and bit node; and the segment of its bit line below, to the node of cell (i + 1, j)
 * or to the output. A block of cells is reduced to a network between the nodes that it shares with other blocks. Two
 * blocks are joined along a cut and the nodes on the cut are eliminated (`starMesh`), until only sources and outputs
 * are left. Word lines cross vertical cuts only, bit lines horizontal cuts only, so that a cut has half as many nodes
 * as in two coupled grids.
 *
 * For N × N cells this takes of the order of N³ operations, and N² log N stored numbers for inner voltages.
 */
export class Dissection {
  readonly #lines: ResistiveLines;
  readonly #keep: boolean;
  /** Stars (conductances of eliminated nodes) of all joins in order of elimination; of one join if `keep` is false. */
  readonly #stars: Float64Array;
  #starsEnd = 0;
  /** Networks of blocks that are still to be joined: lower triangles of square matrices, one after the other. */
  #pending: Float64Array;
  #pendingEnd = 0;
  /** Conductances between terminals (sources first), S: lower triangle of a square matrix, rows + columns wide. */
  readonly mesh: Float64Array;

  /** @param keep true if voltages inside the array will be requested */
  constructor(lines: ResistiveLines, keep: boolean) {
    this.#lines = lines;
    this.#keep = keep;
    const need = Dissection.estimateMemory(lines);
    this.#stars = new Float64Array(keep ? need.stars : need.largest);
    this.#pending = new Float64Array(need.pending);
    this.#reduceBlock(wholeBlock(lines));
    this.mesh = this.#pending.slice(0, (lines.rows + lines.columns) ** 2);
    this.#pending = new Float64Array(0);
  }

  static estimateMemory(lines: Pick<ResistiveLines, 'rows' | 'columns'>): MemoryNeed {
    return estimateMemory(wholeBlock(lines), lines.columns);
  }

  /** Computes all word and bit node voltages, V, row-major, from the voltages of the terminals, sources first. */
  voltages(terminals: Float64Array, words: Float64Array, bits: Float64Array): void {
    if (!this.#keep) throw new Error('Dissection: voltages() needs keep = true');
    this.#starsEnd = this.#stars.length;
    this.#solveBlock(wholeBlock(this.#lines), terminals, words, bits);
  }

  /** Reduces a block to a network between its shared nodes and pushes the network onto the stack. */
  #reduceBlock(block: Block): void {
    if (isCell(block)) {
      this.#reduceCell(block);
      return;
    }
    const { first, second, firstAt, secondAt, cut, nodes } = halve(block, this.#lines.columns);
    const start = this.#pendingEnd;
    this.#reduceBlock(first);
    const middle = this.#pendingEnd;
    this.#reduceBlock(second);
    const at = this.#takeStars(cut * nodes);
    const mesh = this.#openMesh(nodes - cut);
    this.#addPart(this.#pending, start, first, firstAt, { at, cut, nodes, mesh });
    this.#addPart(this.#pending, middle, second, secondAt, { at, cut, nodes, mesh });
    starMesh(this.#stars, at, cut, nodes, mesh);
    this.#pending.copyWithin(start, this.#pendingEnd, this.#pendingEnd + mesh.length);
    this.#pendingEnd = start + mesh.length;
  }

  /** Pushes the network of one cell; eliminates its word or bit node if no neighbour shares it. */
  #reduceCell(block: Block): void {
    const { columns, conductances, wordSegment, bitSegment } = this.#lines;
    const { cut, source, word, bit, output } = cellNodes(blockSides(block, columns));
    const at = this.#takeStars(cut * 4);
    const mesh = this.#openMesh(4 - cut);
    const into = { at, cut, nodes: 4, mesh };
    this.#connect(into, source, word, wordSegment);
    this.#connect(into, word, bit, conductances[block.top * columns + block.left]!);
    this.#connect(into, bit, output, bitSegment);
    starMesh(this.#stars, at, cut, 4, mesh);
    this.#pendingEnd += mesh.length;
  }

  #takeStars(length: number): number {
    const at = this.#keep ? this.#starsEnd : 0;
    this.#stars.fill(0, at, at + length);
    this.#starsEnd = at + length;
    return at;
  }

  #openMesh(ports: number): Float64Array {
    return this.#pending.subarray(this.#pendingEnd, this.#pendingEnd + ports ** 2).fill(0);
  }

  /** Adds the network of one half, stored at index `from`, to the network of a join. */
  #addPart(networks: Float64Array, from: number, part: Block, places: NodeCounts, into: Join): void {
    const sides = blockSides(part, this.#lines.columns);
    const nodeOf = portNodes(sides, places);
    const ports = countPorts(sides);
    for (let i = 1; i < ports; i++) {
      const row = from + i * ports;
      for (let j = 0; j < i; j++) {
        const g = networks[row + j]!;
        if (g !== 0) this.#connect(into, nodeOf[i]!, nodeOf[j]!, g);
      }
    }
  }

  /** Adds a conductance between two nodes: to a star if one of them is to be eliminated, otherwise to the mesh. */
  #connect({ at, cut, nodes, mesh }: Join, i: number, j: number, conductance: number): void {
    const [low, high] = i < j ? [i, j] : [j, i];
    if (low < cut) this.#stars[at + low * nodes + high]! += conductance;
    else mesh[(high - cut) * (nodes - cut) + (low - cut)]! += conductance;
  }

  #solveBlock(block: Block, ports: Float64Array, words: Float64Array, bits: Float64Array): void {
    const { columns } = this.#lines;
    if (isCell(block)) {
      const { cut, word, bit } = cellNodes(blockSides(block, columns));
      const voltages = this.#solveJoin(cut, 4, ports);
      words[block.top * columns + block.left] = voltages[word]!;
      bits[block.top * columns + block.left] = voltages[bit]!;
      return;
    }
    const { first, second, firstAt, secondAt, cut, nodes } = halve(block, columns);
    const voltages = this.#solveJoin(cut, nodes, ports);
    const portsOfPart = (part: Block, places: NodeCounts) =>
      Float64Array.from(portNodes(blockSides(part, columns), places), (node) => voltages[node]!);
    this.#solveBlock(second, portsOfPart(second, secondAt), words, bits); // reverse order of elimination
    this.#solveBlock(first, portsOfPart(first, firstAt), words, bits);
  }

  /** Computes the voltages of all nodes of the next join, in reverse order of elimination; `ports`: shared nodes. */
  #solveJoin(cut: number, nodes: number, ports: Float64Array): Float64Array {
    const voltages = new Float64Array(nodes);
    voltages.set(ports, cut);
    this.#starsEnd -= cut * nodes;
    computeStarVoltages(this.#stars, this.#starsEnd, cut, nodes, voltages);
    return voltages;
  }
}

interface Join {
  /** Index of the first star of the join. */
  readonly at: number;
  readonly cut: number;
  readonly nodes: number;
  readonly mesh: Float64Array;
}

const wholeBlock = ({ rows, columns }: Pick<ResistiveLines, 'rows' | 'columns'>): Block => ({
  top: 0,
  bottom: rows,
  left: 0,
  right: columns,
});

/** Node index in the join of each shared node of a half. */
function portNodes(sides: NodeCounts, places: NodeCounts): Int32Array {
  const nodes = new Int32Array(countPorts(sides));
  let port = 0;
  for (let side = 0; side < 4; side++) for (let k = 0; k < sides[side]!; k++) nodes[port++] = places[side]! + k;
  return nodes;
}

/** Node indices of the network of a cell; the first `cut` nodes are eliminated. */
function cellNodes([, right, above]: NodeCounts) {
  const cut = 2 - right - above;
  return { cut, source: cut, word: right > 0 ? cut + 1 : 0, bit: above > 0 ? cut + 1 + right : cut - 1, output: 3 };
}
