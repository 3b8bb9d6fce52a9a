package cadj.tensor.torch;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.torch.PickleValue.Dictionary;
import cadj.tensor.torch.PickleValue.Global;
import cadj.tensor.torch.PickleValue.Real;
import cadj.tensor.torch.PickleValue.Text;
import cadj.tensor.torch.PickleValue.Truth;
import cadj.tensor.torch.PickleValue.Whole;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The tensors of a saved object by name, and what else it says as texts.
///
/// The object is a dictionary, or one tensor, which is then called `tensor`. If it has a dictionary
/// `state_dict`, that one's tensors are meant, and tensors beside it (an optimizer's) are only
/// counted; else all are. Dictionaries within are flattened, keys joined by dots: a module's name
/// to its `weight` and `bias`. Lists are not looked into.
final class StateDict {
  /// Metadata key for what was passed over.
  static final String BESIDE = "tensors beside state_dict";

  private static final String STATE_DICT = "state_dict";
  private static final int DEEPEST = 64;
  private static final int LONGEST_NAME = 1 << 16;

  private final Path file;

  /// What may be met: a dictionary can be in several places, but each takes a byte to name.
  private long entriesLeft;

  private long charactersLeft;
  private long beside;

  private final SequencedMap<String, TensorRef> tensors = new LinkedHashMap<>();
  private final SequencedMap<String, String> metadata = new LinkedHashMap<>();

  private StateDict(Path file, long bytes) {
    this.file = file;
    entriesLeft = bytes;
    charactersLeft = LONGEST_NAME + 16 * bytes;
  }

  /// @param bytes size of the pickle
  static StateDict of(Path file, PickleValue object, long bytes) {
    StateDict out = new StateDict(file, bytes);
    switch (object) {
      case TensorRef tensor -> out.tensors.put("tensor", tensor);
      case Dictionary all when all.get(STATE_DICT) instanceof Dictionary inner -> {
        out.flatten(inner, "", 0, true);
        out.flatten(all, "", 0, false);
        if (out.beside > 0) {
          out.metadata.put(BESIDE, "%d, not read".formatted(out.beside));
        }
      }
      case Dictionary all -> out.flatten(all, "", 0, true);
      default -> throw new FileFormatException(file, "", "a dictionary of tensors", object.what());
    }
    return out;
  }

  SequencedMap<String, TensorRef> tensors() {
    return tensors;
  }

  SequencedMap<String, String> metadata() {
    return metadata;
  }

  /// @param meant whether the tensors in `dictionary` are the file's; else `state_dict` at the top
  ///   is left out
  private void flatten(Dictionary dictionary, String prefix, int depth, boolean meant) {
    if (depth > DEEPEST) {
      throw new FileFormatException(
          file, prefix, "dictionaries at most %d deep".formatted(DEEPEST), "deeper ones");
    }
    for (int i = 0; i < dictionary.keys().size(); i++) {
      String name = name(prefix, dictionary.keys().get(i));
      PickleValue value = dictionary.values().get(i);
      switch (value) {
        case TensorRef tensor -> {
          if (meant && tensors.put(name, tensor) != null) {
            throw new FileFormatException(file, name, "each name once", "it again");
          }
          beside += meant ? 0 : 1;
        }
        case Dictionary inner -> {
          if (meant || !name.equals(STATE_DICT)) {
            flatten(inner, name + ".", depth + 1, meant);
          }
        }
        default -> metadata.put(name, text(value));
      }
    }
  }

  private String name(String prefix, PickleValue key) {
    String last =
        switch (key) {
          case Text(String text) -> text;
          case Whole(long number) -> Long.toString(number);
          case Global global -> global.name();
          default -> key.what();
        };
    int length = prefix.length() + last.length();
    charactersLeft -= length;
    if (--entriesLeft < 0 || charactersLeft < 0 || length > LONGEST_NAME) {
      throw new FileFormatException(
          file,
          "",
          "fewer and shorter names, for the file's size",
          "dictionaries in many places at once");
    }
    return prefix + last;
  }

  private static String text(PickleValue value) {
    return switch (value) {
      case Text(String text) -> text;
      case Whole(long number) -> Long.toString(number);
      case Real(double number) -> Double.toString(number);
      case Truth(boolean truth) -> truth ? "True" : "False";
      default -> value.what();
    };
  }
}
