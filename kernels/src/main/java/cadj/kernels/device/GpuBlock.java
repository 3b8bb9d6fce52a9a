package cadj.kernels.device;

import java.util.HashMap;
import java.util.Map;

/// One allocation on a GPU, which the windows of it share: as long as it can be reached, its memory
/// is not given to others.
///
/// Whoever asks for a write to the memory calls [#written] first, so that nothing that was made of
/// the values before ([WeightCopies]) is used for the values after. [Gpu] and [Launch] do; nobody
/// else writes.
public final class GpuBlock {
  /// Not the block itself, so that it may be freed after nobody reaches the block any more.
  final Copies copies = new Copies();

  public void written() {
    copies.drop();
  }

  /// What [WeightCopies] keeps of one block's values, by window and layout.
  static final class Copies {
    private final Map<Key, WeightCopies.Kept> kept = new HashMap<>();

    /// The copy, or a place for one that has been asked for now for the first time.
    WeightCopies.Kept get(WeightCopies owner, long address, int length, Object layout) {
      return kept.computeIfAbsent(
          new Key(address, length, layout), key -> new WeightCopies.Kept(owner));
    }

    void drop() {
      if (!kept.isEmpty()) {
        kept.values().forEach(WeightCopies.Kept::drop);
        kept.clear();
      }
    }

    private record Key(long address, int length, Object layout) {}
  }
}
