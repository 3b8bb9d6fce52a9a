package cadj.models.files;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.MappedFile;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// T5's weights, whose table of tokens has two names in the files that the libraries wrote:
/// `shared.weight`, under which it is read here, and `encoder.embed_tokens.weight`. A file has
/// either, or both with the same values.
final class TiedEmbedding {
  private static final String SHARED = "shared.weight";
  private static final String EMBED_TOKENS = "encoder.embed_tokens.weight";

  private TiedEmbedding() {}

  /// `stored`, checked; it is closed if it has two different tables.
  static Checkpoint of(Checkpoint stored) {
    boolean equal = false;
    try {
      if (stored.contains(SHARED) && stored.contains(EMBED_TOKENS)) {
        requireEqual(stored);
      }
      equal = true;
      return new RenamedTensors(stored, names(stored));
    } finally {
      if (!equal) {
        stored.close();
      }
    }
  }

  private static Map<String, String> names(Checkpoint stored) {
    Map<String, String> out = new LinkedHashMap<>();
    stored.names().forEach(name -> out.put(name.equals(EMBED_TOKENS) ? SHARED : name, name));
    return out;
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
    Optional<Checkpoint.Extent> shared = stored.extent(SHARED);
    Optional<Checkpoint.Extent> tokens = stored.extent(EMBED_TOKENS);
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
}
