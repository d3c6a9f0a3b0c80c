import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.index.mapper.MapperExtrasPlugin;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.transport.Netty4Plugin;

/**
 * A node of OpenSearch with the modules that Verbatim uses. Its settings are the arguments, each NAME=VALUE; one
 * without "=" is the class of a further plugin.
 * It ends when its standard input does, so that it does not outlive who started it.
 */
public final class Node extends org.opensearch.node.Node {
    private static final List<Class<? extends Plugin>> MODULES = List.of(CommonAnalysisPlugin.class,
            PainlessPlugin.class, Netty4Plugin.class, MapperExtrasPlugin.class, ReindexPlugin.class);

    private Node(Environment environment, List<Class<? extends Plugin>> plugins) {
        super(environment, plugins, false);
    }

    public static void main(String[] arguments) throws Exception {
        Settings.Builder settings = Settings.builder();
        List<Class<? extends Plugin>> plugins = new ArrayList<>(MODULES);
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0) {
                plugins.add(0, Class.forName(argument).asSubclass(Plugin.class));
            } else {
                settings.put(argument.substring(0, equals), argument.substring(equals + 1));
            }
        }
        Environment environment =
                InternalSettingsPreparer.prepareEnvironment(settings.build(), Collections.emptyMap(), (Path) null, () -> "local");
        new Node(environment, plugins).start();
        while (System.in.read() >= 0) {
        }
        Runtime.getRuntime().halt(0);
    }
}
