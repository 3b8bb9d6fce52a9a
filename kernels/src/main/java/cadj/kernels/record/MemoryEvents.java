package cadj.kernels.record;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Memory taken and given back, kept and let go, 32 bytes an event.
final class MemoryEvents {
  private static final int SLICE = 0;
  private static final int BYTES = 1;
  private static final int NANOS = 2;
  private static final int ID = 3;

  private final LongRows allocations = new LongRows(4);
  private final LongRows kept = new LongRows(3);

  /// Numbers of the blocks in use.
  private final Map<Object, Long> ids = new HashMap<>();

  /// Slices by which blocks are kept.
  private final Map<Object, Integer> keepers = new HashMap<>();

  private final Set<Object> pools = Collections.newSetFromMap(new IdentityHashMap<>());
  private long liveBefore;
  private long blocks;

  int size() {
    return allocations.size() + kept.size();
  }

  /// What of a pool was in use before the first event there.
  void note(Object pool, long before) {
    if (pools.add(pool)) {
      liveBefore += before;
    }
  }

  long liveBefore() {
    return liveBefore;
  }

  Allocation taken(Object block, int slice, long bytes, long now) {
    long id = blocks++;
    ids.put(block, id);
    return allocation(allocations.add(slice, bytes, now, id));
  }

  /// @param block maybe one that was there before the recording
  Allocation given(Object block, int slice, long bytes, long now) {
    Long known = ids.remove(block);
    long id = known == null ? blocks++ : known;
    return allocation(allocations.add(slice, -bytes, now, id));
  }

  void kept(Object block, int slice, long bytes, long now) {
    keepers.put(block, slice);
    kept.add(slice, bytes, now);
  }

  /// What was kept before the recording began, or after it was full, is not let go in it.
  void released(Object block, long bytes, long now) {
    Integer slice = keepers.remove(block);
    if (slice != null) {
      kept.add(slice, -bytes, now);
    }
  }

  private Allocation allocation(int i) {
    return new Allocation(
        (int) allocations.get(i, SLICE),
        allocations.get(i, ID),
        allocations.get(i, BYTES),
        allocations.get(i, NANOS));
  }

  List<Allocation> allocations() {
    return allocations.asList(this::allocation);
  }

  List<RunProfile.Kept> kept() {
    return kept.asList(
        i -> new RunProfile.Kept((int) kept.get(i, SLICE), kept.get(i, BYTES), kept.get(i, NANOS)));
  }
}
