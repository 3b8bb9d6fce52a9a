package cadj.cad.profile;

import static cadj.cad.chart.Html.escape;

import cadj.kernels.profiler.KernelProfile;
import cadj.kernels.profiler.KernelProfile.Line;
import cadj.kernels.profiler.KernelResources;
import cadj.kernels.ptx.PtxModule.SourceLine;
import java.util.List;
import java.util.Map;

/// A profile as a web page that needs no other file: the summary, and the listing with each line's
/// counts, coloured by how often warps ran it.
public final class ProfilePage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --paper: #fff; --ink: #222; --dim: #777; --rule: #ddd; --heat: 232, 89, 12; --code: #f7f7f5 }
      @media (prefers-color-scheme: dark) { :root { --paper: #17181a; --ink: #ddd; --dim: #8b8f94; --rule: #34373b; --heat: 255, 122, 40; --code: #1e2023 } }
      body { font: 16px/1.5 system-ui, sans-serif; background: var(--paper); color: var(--ink); margin: 2em auto; padding: 0 1.2em; max-width: 1280px }
      h1 { font-size: 1.6em; margin-bottom: 0 } .small { color: var(--dim); font-size: .85em }
      pre.summary { background: var(--code); padding: 1em; overflow-x: auto; font: 13px/1.45 ui-monospace, monospace }
      table { border-collapse: collapse; font: 12.5px/1.5 ui-monospace, monospace; width: 100% }
      th { position: sticky; top: 0; background: var(--paper); text-align: right; font-weight: 600; border-bottom: 1px solid var(--rule); vertical-align: bottom }
      td, th { padding: 0 .7em; white-space: pre } td { text-align: right; font-variant-numeric: tabular-nums }
      td:first-child { color: var(--dim) } td:last-child, th:last-child { text-align: left; width: 100% }
      tr.file td { text-align: left; font-weight: 600; padding-top: 1.2em; color: var(--ink) }
      .never { color: var(--dim) } .comment { color: var(--dim); font-style: italic } .bad { font-weight: 700; color: rgb(var(--heat)) }
      """;

  private ProfilePage() {}

  /// @param listing of what the PTX was compiled from
  /// @param version of the program, for the last line
  public static String html(
      KernelProfile profile,
      List<KernelResources> resources,
      SourceListing listing,
      String version) {
    StringBuilder html = new StringBuilder();
    String name = escape(profile.name());
    html.append(
        """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>%s</title>
        <style>
        %s</style>
        <h1>%s</h1>
        <pre class="summary">%s</pre>
        <p>Each line with how often warps ran it. <b>Lanes</b>: how many of a warp's 32 threads were active.
        <b>Sectors</b>: sectors of 32 bytes of global memory that one request of a warp touched. <b>Conflicts</b>: extra passes of
        shared memory because threads asked one bank for different words. <b>Diverged</b>: times that a branch split a warp.</p>
        <table>
        <tr><th></th><th>warps</th><th>share</th><th>lanes</th><th>sectors</th><th>conflicts</th><th>diverged</th><th>%s</th></tr>
        """
            .formatted(
                name,
                STYLE,
                name,
                escape(String.join("\n", ProfileText.lines(profile, resources, listing, 160))),
                listing.texts().isEmpty() ? "PTX" : "source, then PTX"));
    sources(html, profile, listing);
    rows(html, profile);
    return html.append("</table>\n")
        .append("<p class=\"small\">Made by cadj %s.</p></html>\n".formatted(escape(version)))
        .toString();
  }

  /// The files that the PTX was compiled from, as far as they were found.
  private static void sources(StringBuilder html, KernelProfile profile, SourceListing listing) {
    long most = listing.counts().values().stream().mapToLong(Line::warps).max().orElse(0);
    listing
        .texts()
        .forEach(
            (file, lines) -> {
              head(html, file);
              for (int i = 0; i < lines.size(); i++) {
                Line here = listing.counts().get(new SourceLine(file, i + 1));
                String number = Integer.toString(i + 1);
                html.append(
                    here == null
                        ? never(number, "", lines.get(i))
                        : counted(number, here, lines.get(i), most, profile.warpInstructions()));
              }
            });
  }

  private static void head(StringBuilder html, String file) {
    html.append("<tr class=\"file\"><td colspan=\"8\">")
        .append(escape(file))
        .append("</td></tr>\n");
  }

  private static void rows(StringBuilder html, KernelProfile profile) {
    List<String> source = profile.source().written().lines().toList();
    Map<Integer, Line> counts = profile.lines();
    long most = counts.values().stream().mapToLong(Line::warps).max().orElse(0);
    long all = profile.warpInstructions();
    String file = "";
    for (int number = 1; number <= source.size(); number++) {
      String place = profile.source().writtenPlace(number);
      String name = place.substring(0, place.lastIndexOf(':'));
      if (!name.equals(file)) {
        file = name;
        head(html, name);
      }
      String line = place.substring(place.lastIndexOf(':') + 1);
      Line here = counts.get(number);
      if (here == null) {
        html.append(never(line, "", source.get(number - 1)));
      } else {
        html.append(counted(line, here, source.get(number - 1), most, all));
      }
    }
  }

  private static String counted(String number, Line it, String text, long most, long all) {
    double heat = most == 0 ? 0 : (double) it.warps() / most;
    if (it.warps() == 0) {
      return never(number, "0", text);
    }
    return "<tr style=\"background:rgba(var(--heat),%.3f)\"><td>%s</td><td>%,d</td><td>%s</td><td>%s</td><td>%s</td>%s%s<td>%s</td></tr>\n"
        .formatted(
            0.45 * heat,
            number,
            it.warps(),
            ProfileText.percent((double) it.warps() / all),
            "%.1f".formatted((double) it.threads() / it.warps()),
            it.sectors() == 0 ? "" : "%.1f".formatted((double) it.sectors() / it.globalRequests()),
            bad(it.conflicts()),
            bad(it.divergent()),
            code(text));
  }

  /// A line that did not run.
  private static String never(String number, String warps, String text) {
    return "<tr class=\"never\"><td>%s</td><td>%s</td><td></td><td></td><td></td><td></td><td></td><td>%s</td></tr>\n"
        .formatted(number, warps, code(text));
  }

  private static String bad(long count) {
    return count == 0 ? "<td></td>" : "<td class=\"bad\">%,d</td>".formatted(count);
  }

  private static String code(String text) {
    int comment = text.indexOf("//");
    return comment < 0
        ? escape(text)
        : escape(text.substring(0, comment))
            + "<span class=\"comment\">"
            + escape(text.substring(comment))
            + "</span>";
  }
}
