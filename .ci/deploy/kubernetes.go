package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	disruption "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// checkKubernetes holds the file of one bot to what it needs.
func checkKubernetes(file string) error {
	objects, err := decode(file)
	if err != nil {
		return err
	}
	deployments := of[*apps.Deployment](objects)
	if len(deployments) != 1 || len(of[*core.PersistentVolumeClaim](objects)) == 0 {
		return fmt.Errorf("%s holds %d deployments", file, len(deployments))
	}
	d := deployments[0].Spec
	if d.Replicas == nil || *d.Replicas != 1 || d.Strategy.Type != apps.RecreateDeploymentStrategyType {
		return fmt.Errorf("%s: more than one pod could run on one data folder", file)
	}
	if err := checkPod(&d.Template); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// checkStatefulSet holds the file of several replicas to what they need.
func checkStatefulSet(file string) error {
	objects, err := decode(file)
	if err != nil {
		return err
	}
	sets, budgets := of[*apps.StatefulSet](objects), of[*disruption.PodDisruptionBudget](objects)
	if len(sets) != 1 || len(budgets) != 1 {
		return fmt.Errorf("%s holds %d sets and %d disruption budgets", file, len(sets), len(budgets))
	}
	s, b := sets[0].Spec, budgets[0].Spec
	labels := s.Template.Labels
	affinity := s.Template.Spec.Affinity
	switch {
	case s.Replicas == nil || *s.Replicas < 2 || *s.Replicas > 5:
		err = errors.New("2 to 5 replicas share Slack's ten connections")
	case len(s.VolumeClaimTemplates) == 0 || s.VolumeClaimTemplates[0].Spec.AccessModes[0] != core.ReadWriteOncePod:
		err = errors.New("replicas could share a data folder")
	case b.MaxUnavailable == nil || b.MaxUnavailable.IntValue() != 1 || !maps.Equal(b.Selector.MatchLabels, labels):
		err = errors.New("the disruption budget does not keep all replicas but one")
	case affinity == nil || affinity.PodAntiAffinity == nil || len(affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution) != 1 ||
		!maps.Equal(affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution[0].LabelSelector.MatchLabels, labels):
		err = errors.New("two replicas could run on one machine")
	default:
		err = errors.Join(checkPod(&s.Template), checkEngine(objects, &s.Template.Spec))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// checkEngine wants the address of OpenSearch in the config map, by TLS, and what is secret in files.
func checkEngine(objects []runtime.Object, pod *core.PodSpec) error {
	env := map[string]core.EnvVar{}
	for _, e := range pod.Containers[0].Env {
		env[e.Name] = e
	}
	from := env["VERBATIM_ENGINE"].ValueFrom
	configs := of[*core.ConfigMap](objects)
	if from == nil || from.ConfigMapKeyRef == nil || len(configs) != 1 || configs[0].Name != from.ConfigMapKeyRef.Name ||
		!strings.HasPrefix(configs[0].Data[from.ConfigMapKeyRef.Key], "opensearch:https://") {
		return errors.New("the address of OpenSearch does not come from the config map, or is not by TLS")
	}
	for _, name := range []string{"VERBATIM_ENGINE_CA", "VERBATIM_ENGINE_PASSWORD_FILE", "SLACK_BOT_TOKEN_FILE", "SLACK_APP_TOKEN_FILE"} {
		mounted := slices.ContainsFunc(pod.Containers[0].VolumeMounts, func(m core.VolumeMount) bool {
			return strings.HasPrefix(env[name].Value, m.MountPath+"/") && slices.ContainsFunc(pod.Volumes, func(v core.Volume) bool { return v.Name == m.Name && v.Secret != nil })
		})
		if !mounted {
			return fmt.Errorf("%s names no file of a secret", name)
		}
	}
	return nil
}

// of picks the objects of one type.
func of[T runtime.Object](objects []runtime.Object) (list []T) {
	for _, o := range objects {
		if o, ok := o.(T); ok {
			list = append(list, o)
		}
	}
	return list
}

// decode decodes each object of a file strictly.
func decode(file string) (objects []runtime.Object, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{core.AddToScheme, apps.AddToScheme, networking.AddToScheme, disruption.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	kinds := map[string]int{}
	reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(data)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		object, kind, err := decoder.Decode(document, nil, nil)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		kinds[kind.Kind]++
		objects = append(objects, object)
	}
	fmt.Printf("%s: %v, by Kubernetes' own types\n", file, kinds)
	return objects, nil
}

// checkPod holds a pod to what the bot needs, and to the restricted Pod Security Standard.
func checkPod(pod *core.PodTemplateSpec) error {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return err
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	verdict := policy.AggregateCheckResults(evaluator.EvaluatePod(restricted, &pod.ObjectMeta, &pod.Spec))
	if !verdict.Allowed {
		return fmt.Errorf("the pod is not restricted: %s", verdict.ForbiddenDetail())
	}
	c := pod.Spec.Containers[0]
	switch {
	case c.LivenessProbe == nil || c.LivenessProbe.HTTPGet.Path != "/livez", c.ReadinessProbe == nil || c.ReadinessProbe.HTTPGet.Path != "/readyz":
		return errors.New("a probe is missing")
	case c.SecurityContext.ReadOnlyRootFilesystem == nil || !*c.SecurityContext.ReadOnlyRootFilesystem:
		return errors.New("the root can be written to")
	case pod.Spec.TerminationGracePeriodSeconds == nil || *pod.Spec.TerminationGracePeriodSeconds < 25:
		return errors.New("serve needs 20 s to finish")
	case c.Resources.Limits.Memory().IsZero():
		return errors.New("memory has no limit")
	}
	return nil
}
