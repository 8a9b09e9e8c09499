/** Devices of one row or column that receive a pulse: their edges and the indices of their traces. */
import { PulseTargetsRecord } from './records';

@inline
export function getEdge(edges: usize, start: u32, stride: u32, i: u32): u32 {
  return edges != 0 ? u32At(edges, i) : start + i * stride;
}

@inline
export function getTraceIndex(others: usize, wide: u32, i: u32): u32 {
  if (others == 0) return i;
  return wide ? u32At(others, i) : <u32>load<u16>(others + (<usize>i << 1));
}

@inline
export function findEdgeList(p: PulseTargetsRecord): usize {
  return p.edges == 0 ? 0 : p.edges + (<usize>p.listOffset << 2);
}

@inline
export function findTraceIndexList(p: PulseTargetsRecord): usize {
  return p.traceIndices == 0 ? 0 : p.traceIndices + (<usize>p.listOffset << (p.hasWideIndices ? 2 : 1));
}

const ROW_TARGETS = memory.data(40, 8);

/** Record of the devices of a dense row: `count` adjacent edges from `firstEdge`. The next call overwrites it. */
@inline
export function fillRowTargets(row: u32, firstEdge: u32, count: u32): PulseTargetsRecord {
  const p = changetype<PulseTargetsRecord>(ROW_TARGETS);
  p.row = row;
  p.firstEdge = firstEdge;
  p.edgeStride = 1;
  p.deviceCount = count;
  return p;
}
