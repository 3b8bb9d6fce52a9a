package cadj.tensor.torch;

import cadj.tensor.file.FileFormatException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// One file in a zip archive.
///
/// @param stored its bytes in the archive
/// @param size its size once inflated
/// @param isDeflated else it is stored as it is
record ZipMember(String name, MemorySegment stored, long size, boolean isDeflated) {
  private static final int PIECE = 1 << 20;

  /// The content: a part of the archive, or inflated into new memory.
  MemorySegment bytes(Path archive) {
    return isDeflated ? inflate(archive) : stored;
  }

  private MemorySegment inflate(Path archive) {
    MemorySegment out = Arena.ofAuto().allocate(Math.max(1, size)).asSlice(0, size);
    Inflater inflater = new Inflater(true);
    try {
      long read = 0;
      long written = 0;
      while (!inflater.finished()) {
        if (inflater.needsInput() && read < stored.byteSize()) {
          long count = Math.min(PIECE, stored.byteSize() - read);
          inflater.setInput(stored.asSlice(read, count).asByteBuffer());
          read += count;
        }
        long room = Math.min(PIECE, size - written);
        ByteBuffer piece =
            room == 0 ? ByteBuffer.allocate(1) : out.asSlice(written, room).asByteBuffer();
        int count = inflater.inflate(piece);
        boolean stuck = count == 0 && !inflater.finished() && read == stored.byteSize();
        if (stuck || inflater.needsDictionary() || (count > 0 && room == 0)) {
          throw new DataFormatException();
        }
        written += count;
      }
      if (written != size) {
        throw new DataFormatException();
      }
      return out;
    } catch (DataFormatException e) {
      throw new FileFormatException(
          archive, name, "%d bytes, deflated".formatted(size), "others, or damaged ones", e);
    } finally {
      inflater.end();
    }
  }
}
