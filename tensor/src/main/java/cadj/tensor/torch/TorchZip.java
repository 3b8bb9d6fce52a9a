package cadj.tensor.torch;

import cadj.tensor.file.FileFormatException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `torch.save` has written since 1.6: a zip archive with one folder of any name in it, which
/// holds `data.pkl`, one file `data/<key>` for each storage, and `byteorder`.
///
/// Files are stored as they are, so storages are read where they lie; archives that were packed
/// anew, deflated, are inflated.
final class TorchZip implements Storages {
  private static final String PICKLE = "data.pkl";

  private final Path file;
  private final Map<String, ZipMember> members;
  private final String folder;

  private TorchZip(Path file, Map<String, ZipMember> members, String folder) {
    this.file = file;
    this.members = members;
    this.folder = folder;
  }

  /// @param bytes the whole file
  static TorchZip open(Path file, MemorySegment bytes) {
    Map<String, ZipMember> members = ZipDirectory.read(file, bytes);
    List<String> pickles =
        members.keySet().stream()
            .filter(
                name -> name.endsWith("/" + PICKLE) && name.indexOf('/') == name.lastIndexOf('/'))
            .toList();
    if (pickles.size() != 1) {
      throw new FileFormatException(
          file,
          "",
          "a zip archive that torch.save wrote, with one " + PICKLE,
          pickles.isEmpty() ? "another zip archive" : pickles.size() + " of them");
    }
    String pickle = pickles.getFirst();
    TorchZip zip =
        new TorchZip(file, members, pickle.substring(0, pickle.length() - PICKLE.length()));
    zip.requireWeights();
    return zip;
  }

  private void requireWeights() {
    if (members.containsKey(folder + "constants.pkl")) {
      throw new FileFormatException(
          file, "constants.pkl", "weights that torch.save wrote", "a TorchScript program");
    }
    ZipMember order = members.get(folder + "byteorder");
    if (order != null) {
      String text = order.size() > 16 ? "a long text" : text(order);
      if (!text.equals("little")) {
        throw new FileFormatException(file, "byteorder", "little", FileFormatException.quote(text));
      }
    }
  }

  private String text(ZipMember member) {
    return new String(member.bytes(file).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
  }

  /// The pickle of the object that was saved.
  PickleBytes pickle() {
    ZipMember member = member(PICKLE);
    if (member == null || member.size() > Pickle.MOST_BYTES) {
      throw new FileFormatException(
          file, PICKLE, "at most %d bytes".formatted(Pickle.MOST_BYTES), "more");
    }
    return new PickleBytes(file, PICKLE, member.bytes(file));
  }

  @Override
  public void check(StorageRef storage, String name) {
    ZipMember member = member("data/" + storage.key());
    if (member == null || member.size() < storage.bytes()) {
      throw new FileFormatException(
          file,
          name,
          "data/%s of %d bytes".formatted(storage.key(), storage.bytes()),
          member == null ? "none" : member.size() + " bytes");
    }
  }

  @Override
  public MemorySegment bytes(StorageRef storage) {
    check(storage, "data/" + storage.key());
    ZipMember member = members.get(folder + "data/" + storage.key());
    return member.bytes(file);
  }

  private @Nullable ZipMember member(String name) {
    return members.get(folder + name);
  }
}
