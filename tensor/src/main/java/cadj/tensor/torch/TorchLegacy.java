package cadj.tensor.torch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.torch.PickleValue.Dictionary;
import cadj.tensor.torch.PickleValue.Sequence;
import cadj.tensor.torch.PickleValue.Text;
import cadj.tensor.torch.PickleValue.Truth;
import cadj.tensor.torch.PickleValue.Whole;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// What `torch.save` wrote before 1.6: five pickles (a magic number, the form's version, the
/// machine, the object, the keys of its storages), then each storage: the number of its elements, 8
/// bytes, and these.
final class TorchLegacy implements Storages {
  /// After two bytes of protocol: LONG1 of 10 bytes, 0x1950a86a20f9469cfc6c.
  private static final byte[] MAGIC = {
    (byte) 0x8a, 0x0a, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20
  };

  private static final long VERSION = 1001;

  private final Path file;
  private final MemorySegment bytes;
  private final PickleValue object;

  /// By key.
  private final Map<String, Found> found = new HashMap<>();

  /// A storage in the file, of which the first byte is at `from`.
  private record Found(StorageRef storage, long from) {}

  private TorchLegacy(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
    PickleBytes in = new PickleBytes(file, "pickle", bytes);
    Pickle.read(in, new HashMap<>());
    if (!(Pickle.read(in, new HashMap<>()) instanceof Whole(long version)) || version != VERSION) {
      throw in.error("version %d of the form".formatted(VERSION), "another");
    }
    if (Pickle.read(in, new HashMap<>()) instanceof Dictionary machine
        && machine.get("little_endian") instanceof Truth(boolean little)
        && !little) {
      throw in.error("little-endian numbers", "big-endian ones");
    }
    Map<String, StorageRef> named = new HashMap<>();
    object = Pickle.read(in, named);
    if (!(Pickle.read(in, new HashMap<>()) instanceof Sequence(String kind, var keys))) {
      throw in.error("a list of storages", "none");
    }
    for (PickleValue key : keys) {
      StorageRef storage = key instanceof Text(String text) ? named.get(text) : null;
      if (storage == null) {
        throw in.error("only storages that the object names", "another");
      }
      long elements = in.signedLong();
      if (elements != storage.whole()) {
        throw in.error(
            "storage %s of %d elements".formatted(storage.key(), storage.whole()), "" + elements);
      }
      found.put(storage.key(), new Found(storage, in.skip(storage.bytes())));
    }
  }

  /// Whether a file begins as one of these.
  static boolean begins(MemorySegment bytes) {
    return bytes.byteSize() >= 2 + MAGIC.length
        && bytes.get(JAVA_BYTE, 0) == (byte) 0x80
        && bytes.asSlice(2, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) < 0;
  }

  /// @param bytes the whole file
  static TorchLegacy open(Path file, MemorySegment bytes) {
    return new TorchLegacy(file, bytes);
  }

  PickleValue object() {
    return object;
  }

  @Override
  public void check(StorageRef storage, String name) {
    Found at = found.get(storage.key());
    if (at == null || at.storage.bytes() != storage.bytes()) {
      throw new FileFormatException(
          file,
          name,
          "storage %s of %d bytes".formatted(storage.key(), storage.bytes()),
          at == null ? "none" : "" + at.storage.bytes());
    }
  }

  @Override
  public MemorySegment bytes(StorageRef storage) {
    Found at = found.get(storage.key());
    if (at == null) {
      throw new IllegalArgumentException("no storage " + storage.key());
    }
    return bytes.asSlice(at.from, storage.bytes());
  }
}
