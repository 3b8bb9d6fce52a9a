package cadj.models.files;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.checkpoint.CheckpointView;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.MappedFile;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// T5's weights, whose table of tokens has two names in the files that the libraries wrote:
/// `shared.weight`, under which it is read here, and `encoder.embed_tokens.weight`. A file has
/// either, or both with the same values.
final class TiedEmbedding extends CheckpointView {
  private static final String SHARED = "shared.weight";
  private static final String EMBED_TOKENS = "encoder.embed_tokens.weight";

  private final String stored;
  private final Set<String> names;

  private TiedEmbedding(Checkpoint base) {
    super(base);
    stored = base.contains(SHARED) ? SHARED : EMBED_TOKENS;
    Set<String> all = new LinkedHashSet<>();
    base.names().forEach(name -> all.add(name.equals(EMBED_TOKENS) ? SHARED : name));
    names = Collections.unmodifiableSet(all);
  }

  /// `stored`, checked; it is closed if it has two different tables.
  static Checkpoint of(Checkpoint stored) {
    boolean equal = false;
    try {
      if (stored.contains(SHARED) && stored.contains(EMBED_TOKENS)) {
        requireEqual(stored);
      }
      equal = true;
      return new TiedEmbedding(stored);
    } finally {
      if (!equal) {
        stored.close();
      }
    }
  }

  private static void requireEqual(Checkpoint stored) {
    if (!stored.dtype(SHARED).equals(stored.dtype(EMBED_TOKENS))
        || !stored.dims(SHARED).equals(stored.dims(EMBED_TOKENS))
        || !sameValues(stored)) {
      throw new FileFormatException(
          stored.path(), EMBED_TOKENS, "the same values as " + SHARED, "others");
    }
  }

  /// As they are stored, where they can be seen: widened, the two would take a gigabyte.
  private static boolean sameValues(Checkpoint stored) {
    Optional<Extent> shared = stored.extent(SHARED);
    Optional<Extent> tokens = stored.extent(EMBED_TOKENS);
    if (shared.isEmpty() || tokens.isEmpty()) {
      return Arrays.equals(
          stored.tensor(SHARED).toFloats(), stored.tensor(EMBED_TOKENS).toFloats());
    }
    long bytes = (long) stored.shape(SHARED).elements() * stored.dtype(SHARED).bytes();
    try (MappedFile one = MappedFile.open(shared.get().file());
        MappedFile other = MappedFile.open(tokens.get().file())) {
      MemorySegment a = one.bytes().asSlice(shared.get().position(), bytes);
      MemorySegment b = other.bytes().asSlice(tokens.get().position(), bytes);
      return a.mismatch(b) < 0;
    }
  }

  private String stored(String name) {
    return name.equals(SHARED) ? stored : name;
  }

  @Override
  public Set<String> names() {
    return names;
  }

  @Override
  public List<Long> dims(String name) {
    return base.dims(stored(name));
  }

  @Override
  public DType dtype(String name) {
    return base.dtype(stored(name));
  }

  @Override
  public Optional<Extent> extent(String name) {
    return base.extent(stored(name));
  }

  @Override
  public Tensor tensor(String name) {
    return base.tensor(stored(name));
  }
}
