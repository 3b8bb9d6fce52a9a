package cadj.models.original;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One part's keys in a file of the original layout and in a diffusers folder, both ways.
///
/// It consists of rules: keys that begin with one path in the file begin with another in the
/// folder, and go on alike. Of several rules that fit, that of the longest path counts.
final class KeyMap {
  /// @param file path in the file, without the part's prefix; a whole key or up to a dot
  /// @param folder the same in the folder
  private record Rule(String file, String folder, Form form) {}

  /// A key on the other side.
  record Place(String key, Form form) {}

  private final Map<String, List<Rule>> byFile = new HashMap<>();
  private final Map<String, List<Rule>> byFolder = new HashMap<>();
  private int longest;

  KeyMap add(String file, String folder) {
    return add(file, folder, Form.SAME);
  }

  KeyMap add(String file, String folder, Form form) {
    Rule rule = new Rule(file, folder, form);
    byFile.computeIfAbsent(file, path -> new ArrayList<>()).add(rule);
    byFolder.computeIfAbsent(folder, path -> new ArrayList<>()).add(rule);
    longest = Math.max(longest, Math.max(file.length(), folder.length()));
    return this;
  }

  /// Where in the file, without the part's prefix, a folder's tensor lies.
  Optional<Place> inFile(String folderKey) {
    return look(byFolder, folderKey)
        .map(found -> new Place(found.rules.getFirst().file + found.rest, found.form()));
  }

  /// The folder's tensors that lie in a tensor of the file: none of an unknown one, three of
  /// OpenCLIP's stacked projections.
  List<Place> inFolder(String fileKey) {
    return look(byFile, fileKey).stream()
        .flatMap(
            found ->
                found.rules.stream().map(rule -> new Place(rule.folder + found.rest, rule.form)))
        .toList();
  }

  private record Found(List<Rule> rules, String rest) {
    Form form() {
      return rules.getFirst().form;
    }
  }

  private Optional<Found> look(Map<String, List<Rule>> rules, String key) {
    for (int end = key.length(); end > 0; end = key.lastIndexOf('.', end - 1)) {
      List<Rule> found = end > longest ? null : rules.get(key.substring(0, end));
      if (found != null) {
        return Optional.of(new Found(found, key.substring(end)));
      }
    }
    return Optional.empty();
  }
}
