package cadj.tensor.torch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.MappedFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Zip archives, those of java.util.zip and some made by hand.
final class ZipDirectoryTest {
  private static final Path FILE = Path.of("a.pt");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void files(boolean deflated) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("empty", new byte[0]);
    files.put("a", "content".getBytes(ISO_8859_1));
    files.put("ö", "x".repeat(3_000_000).concat("y").getBytes(ISO_8859_1));
    Map<String, ZipMember> members = read(TorchSave.zip("f/", files, false));
    assertEquals(List.of("f/empty", "f/a", "f/ö"), List.copyOf(members.keySet()));
    files.forEach((name, bytes) -> assertEquals(text(bytes), content(members.get("f/" + name))));
    files.remove("ö");
    Map<String, ZipMember> again = read(TorchSave.zip("f/", files, deflated));
    files.forEach((name, bytes) -> assertEquals(text(bytes), content(again.get("f/" + name))));
  }

  @Test
  void aCommentMayFollow() {
    byte[] zip = TorchSave.zip("", Map.of("a", new byte[] {1}), false);
    byte[] commented = Arrays.copyOf(zip, zip.length + 3);
    commented[zip.length - 2] = 3;
    assertEquals(1, read(commented).size());
  }

  /// A member of zero bytes at an offset beyond 4 GB, whose sizes are in the zip64 fields: the file
  /// has a hole.
  @Test
  void archivesBeyondFourGigabytes() throws IOException {
    Path path = folder.resolve("large.zip");
    long local = (1L << 32) + 100;
    try (FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      ByteBuffer head = little(30 + 1 + 4).putInt(0x04034b50);
      head.putShort(26, (short) 1);
      head.position(30).put((byte) 'a').put("data".getBytes(ISO_8859_1)).flip();
      channel.write(head, local);
      long begin = local + 35;
      ByteBuffer directory = little(46 + 1 + 28).putInt(0x02014b50);
      directory.putInt(20, -1).putInt(24, -1).putShort(28, (short) 1).putShort(30, (short) 28);
      directory.putInt(42, -1).position(46).put((byte) 'a').putShort((short) 1);
      directory.putShort((short) 24).putLong(4).putLong(4).putLong(local).flip();
      channel.write(directory, begin);
      long end64 = begin + 75;
      ByteBuffer end = little(56 + 20 + 22).putInt(0x06064b50).putLong(44);
      end.putLong(24, 1).putLong(32, 1).putLong(40, 75).putLong(48, begin);
      end.position(56).putInt(0x07064b50).putInt(0).putLong(end64).putInt(1);
      end.putInt(0x06054b50).putShort((short) -1).putShort((short) -1);
      end.putShort((short) -1).putShort((short) -1).putInt(-1).putInt(-1).putShort((short) 0);
      channel.write(end.flip(), end64);
    }
    try (MappedFile file = MappedFile.open(path)) {
      Map<String, ZipMember> members = ZipDirectory.read(path, file.bytes());
      assertEquals("data", content(members.get("a")));
    }
    Files.delete(path);
  }

  @Test
  void damagedContentIsRefused() {
    byte[] zip = TorchSave.zip("", Map.of("a", "content content".getBytes(ISO_8859_1)), true);
    zip[31] ^= 0x55;
    zip[33] ^= 0x55;
    ZipMember member = read(zip).get("a");
    assertTrue(
        assertThrows(FileFormatException.class, () -> member.bytes(FILE))
            .getMessage()
            .startsWith("a.pt: a: expected 15 bytes, deflated, found"));
  }

  @Test
  void sizesThatAreNotThereAreRefused() {
    Map<String, byte[]> one = Map.of("a", new byte[100]);
    int directory = 30 + 1 + 100;
    assertRefused(one, directory + 20, 101, "a range before the directory");
    assertRefused(one, directory + 20, 99, "99 bytes as they are, found a size of 100");
    assertRefused(one, directory + 42, 1, "a local header before the directory");
    assertRefused(one, directory + 42, 1 << 30, "a local header before the directory");
    assertRefused(one, directory + 8, 1 | 20 << 16, "a stored or deflated file");
    assertRefused(one, directory, 0, "1 entries, found 0 of them");
    int end = directory + 46 + 1;
    assertRefused(one, end + 16, 1 << 30, "a range within the file's");
    assertRefused(one, end, 0, "a zip archive with its end");
  }

  private static void assertRefused(Map<String, byte[]> files, int at, int value, String says) {
    byte[] zip = TorchSave.zip("", files, false);
    ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    String message = assertThrows(FileFormatException.class, () -> read(zip)).getMessage();
    assertTrue(message.contains(says), message);
  }

  private static ByteBuffer little(int bytes) {
    return PickleWriter.little(bytes);
  }

  private static Map<String, ZipMember> read(byte[] zip) {
    return ZipDirectory.read(FILE, MemorySegment.ofArray(zip));
  }

  private static String content(ZipMember member) {
    return text(member.bytes(FILE).toArray(ValueLayout.JAVA_BYTE));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }
}
