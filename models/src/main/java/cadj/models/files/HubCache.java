package cadj.models.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.ReadableFile;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A model's folder in the cache of the Hugging Face hub:
///
/// ```
/// models--CompVis--stable-diffusion-v1-4/
///   refs/main                the hash of the newest snapshot, as text
///   snapshots/133a221b…/     the model folder; its files are links into
///   blobs/
/// ```
final class HubCache {
  private static final String SNAPSHOTS = "snapshots";

  private HubCache() {}

  /// Whether `folder` is laid out like that.
  static boolean isOne(Path folder) {
    return Files.isDirectory(folder.resolve(SNAPSHOTS));
  }

  /// The snapshot that `refs/main` names, else the only one.
  static Path snapshot(Path folder) {
    Path main = folder.resolve("refs/main");
    if (Files.exists(main)) {
      Path named = folder.resolve(SNAPSHOTS).resolve(hash(main));
      if (!Files.isDirectory(named)) {
        throw new FileFormatException(
            main,
            "",
            "the name of a folder in snapshots/",
            FileFormatException.quote(String.valueOf(named.getFileName())));
      }
      return named;
    }
    List<String> all = snapshots(folder);
    if (all.size() != 1) {
      throw new FileFormatException(
          folder,
          "",
          "refs/main or one snapshot (name the one to take: %s/%s/…)".formatted(folder, SNAPSHOTS),
          all.isEmpty() ? "none" : "%d: %s".formatted(all.size(), String.join(", ", all)));
    }
    return folder.resolve(SNAPSHOTS).resolve(all.getFirst());
  }

  private static List<String> snapshots(Path folder) {
    try (Stream<Path> all = Files.list(folder.resolve(SNAPSHOTS))) {
      return all.filter(Files::isDirectory)
          .map(snapshot -> String.valueOf(snapshot.getFileName()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FileFormatException.unreadable(folder.resolve(SNAPSHOTS), e);
    }
  }

  /// A plain name, so that the text cannot lead elsewhere.
  private static String hash(Path main) {
    ReadableFile.require(main);
    try {
      String hash = Files.readString(main, UTF_8).strip();
      if (!hash.matches("[0-9A-Za-z_-]{1,100}")) {
        throw new FileFormatException(
            main, "", "a snapshot's hash", FileFormatException.quote(hash));
      }
      return hash;
    } catch (MalformedInputException e) {
      throw new FileFormatException(main, "", "a snapshot's hash", "other bytes", e);
    } catch (IOException e) {
      throw FileFormatException.unreadable(main, e);
    }
  }
}
